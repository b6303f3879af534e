/** Prompts of any length from a vocabulary of 6,000 drawn words. For benches only. */
export function promptMaker(random) {
  const words = Array.from({ length: 6000 }, () => word(random));
  // Squaring favours the first words, as natural text favours its common ones.
  return (length) => {
    let text = "";
    while (text.length < length) text += `${words[Math.floor(words.length * random.uniform() ** 2)]} `;
    return text.slice(0, length);
  };
}

function word(random) {
  return Array.from({ length: 3 + random.below(8) }, () => String.fromCharCode(97 + random.below(26))).join("");
}
