/** What models write in Unicode, as the LaTeX it stands for. */
const greek: Readonly<Record<string, string>> = {
  α: "alpha",
  β: "beta",
  γ: "gamma",
  δ: "delta",
  ε: "epsilon",
  ζ: "zeta",
  η: "eta",
  θ: "theta",
  λ: "lambda",
  μ: "mu",
  ν: "nu",
  ξ: "xi",
  ρ: "rho",
  σ: "sigma",
  τ: "tau",
  φ: "phi",
  ϕ: "phi",
  χ: "chi",
  ψ: "psi",
  ω: "omega",
  Γ: "Gamma",
  Δ: "Delta",
  Θ: "Theta",
  Λ: "Lambda",
  Σ: "Sigma",
  Φ: "Phi",
  Ψ: "Psi",
  Ω: "Omega",
  π: "pi",
  Π: "Pi",
  κ: "kappa",
};

const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "‐": "-",
  "‑": "-",
  "﹣": "-",
  "×": "\\times ",
  "·": "\\cdot ",
  "⋅": "\\cdot ",
  "∙": "\\cdot ",
  "∗": "*",
  "÷": "\\div ",
  "∕": "/",
  "⁄": "/",
  "√": "\\sqrt ",
  "∛": "\\sqrt[3]",
  "∞": "\\infty ",
  "°": "^\\circ ",
  º: "^\\circ ",
  "≤": "\\le ",
  "⩽": "\\le ",
  "≥": "\\ge ",
  "⩾": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "≡": "\\equiv ",
  "±": "\\pm ",
  "∓": "\\mp ",
  "∈": "\\in ",
  "∉": "\\notin ",
  "∪": "\\cup ",
  "∩": "\\cap ",
  "∖": "\\setminus ",
  "∅": "\\emptyset ",
  ℝ: "\\mathbb{R}",
  ℤ: "\\mathbb{Z}",
  ℕ: "\\mathbb{N}",
  ℚ: "\\mathbb{Q}",
  ℂ: "\\mathbb{C}",
  "⟨": "\\langle ",
  "⟩": "\\rangle ",
  "⌊": "\\lfloor ",
  "⌋": "\\rfloor ",
  "⌈": "\\lceil ",
  "⌉": "\\rceil ",
  "→": "\\to ",
  "⇒": "\\implies ",
  "∠": "\\angle ",
  "△": "\\triangle ",
  "…": "\\ldots ",
  "⋯": "\\ldots ",
  "′": "'",
  "’": "'",
  "∣": "|",
  "％": "%",
  "，": ",",
  "；": ";",
  "：": ":",
  "（": "(",
  "）": ")",
  "［": "[",
  "］": "]",
  "｛": "{",
  "｝": "}",
  "＝": "=",
  "＋": "+",
  "－": "-",
  "．": ".",
  "。": ".",
  "、": ",",
  "＜": "<",
  "＞": ">",
  "￥": "\\$",
  "€": "\\euro ",
  "£": "\\pounds ",
  "¢": "\\text{ cents}",
};

const fractions: Readonly<Record<string, string>> = {
  "½": "1/2",
  "⅓": "1/3",
  "⅔": "2/3",
  "¼": "1/4",
  "¾": "3/4",
  "⅕": "1/5",
  "⅖": "2/5",
  "⅗": "3/5",
  "⅘": "4/5",
  "⅙": "1/6",
  "⅚": "5/6",
  "⅛": "1/8",
  "⅜": "3/8",
  "⅝": "5/8",
  "⅞": "7/8",
};

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ";
const subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋ₙ";
const raised = "0123456789+-n";

export function latexOf(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+/g, (run) => `^{${shifted(run, superscripts)}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉₊₋ₙ]+/g, (run) => `_{${shifted(run, subscripts)}}`)
    .replace(/√\s*(\([^()]*\)|\d+(?:\.\d+)?)/g, (_, of: string) => `\\sqrt{${of}}`)
    .replace(/[\u{ff10}-\u{ff19}\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}]/gu, (wide) =>
      String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0),
    )
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[\u200b-\u200f\u2060-\u2064\ufeff]/g, "")
    .replace(/(\d?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g, (_, whole: string, part: string) => `${whole}${latexFraction(part)}`)
    .replace(
      /[^\x20-\x7e]/g,
      (character) => signs[character] ?? (greek[character] ? `\\${greek[character]} ` : character),
    );
}

function latexFraction(part: string): string {
  const [n = "", d = ""] = (fractions[part] ?? "").split("/");
  return `\\frac{${n}}{${d}}`;
}

function shifted(run: string, from: string): string {
  return run.replace(/./gu, (character) => raised.charAt(from.indexOf(character)));
}
