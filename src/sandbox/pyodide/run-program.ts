/** Runs one program in a Python that has run none before, and says how it ended. */
import type { PyodideAPI } from "pyodide";
import type { SandboxOutcome } from "../../core/sandbox.ts";
import type { CappedText } from "../capped-text.ts";
import { thirdPartyModules } from "../third-party-modules.ts";
import type { RunMessage } from "./protocol.ts";

export interface ProgramEnd {
  readonly outcome: SandboxOutcome;
  readonly detail: string;
}

export interface ProgramOutput {
  readonly stdout: CappedText;
  readonly stderr: CappedText;
}

/**
 * Closes what leads from Python to JavaScript and to the network, then runs the program as a module of its own.
 * The doors are shut a second time from outside (no code from strings, no files, no sockets): see pyodide-sandbox.ts.
 */
const driver = `
def _signalbox_driver():
    import builtins, os, sys, traceback, types

    def close_doors():
        for name in list(sys.modules):
            root = name.partition(".")[0]
            if root in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "_socket", "socket"):
                sys.modules[name] = None
        for name in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "_socket", "micropip", "pip"):
            sys.modules[name] = None
        sys.meta_path[:] = [finder for finder in sys.meta_path if "Js" not in type(finder).__name__]

    def run(source, name):
        close_doors()
        os.environ.clear()
        os.chdir("/home/pyodide")
        if "/home/pyodide" not in sys.path:
            sys.path.insert(0, "/home/pyodide")
        module = types.ModuleType(name)
        module.__dict__["__builtins__"] = builtins
        module.__dict__["__file__"] = "/home/pyodide/main.py"
        sys.modules[name] = module
        sys.argv[:] = ["main.py"]
        try:
            exec(compile(source, "main.py", "exec"), module.__dict__)
            end = ("ok", "")
        except SystemExit as stop:
            calm = stop.code is None or stop.code == 0
            end = ("ok", "") if calm else ("exception", "exit with " + repr(stop.code))
        except MemoryError:
            end = ("memory", "MemoryError")
        except ModuleNotFoundError as missing:
            traceback.print_exc()
            end = ("absent", str(missing.name))
        except BaseException as error:
            traceback.print_exc()
            end = ("exception", type(error).__name__)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BaseException:
                pass
        return "|".join(end)

    return run

_signalbox_driver()
`;

/** @param onOverflow called once, when the program has written more than is kept; it is still running then */
export function runProgram(
  python: PyodideAPI,
  { program, stdin = "", moduleName = "__main__", files = {}, limits }: RunMessage,
  { stdout, stderr }: ProgramOutput,
  onOverflow: () => void,
): ProgramEnd {
  const writer = (text: CappedText): ((bytes: Uint8Array) => number) => {
    return (bytes) => {
      const before = stdout.overflows || stderr.overflows;
      text.add(bytes);
      if (!before && text.overflows) onOverflow();
      return bytes.length;
    };
  };
  try {
    python.setStdin({ read: bytesOf(stdin), isatty: false });
    python.setStdout({ write: writer(stdout), isatty: false });
    python.setStderr({ write: writer(stderr), isatty: false });
    for (const [name, text] of Object.entries(files)) python.FS.writeFile(`/home/pyodide/${name}`, text);
    const run = python.runPython(driver) as (source: string, name: string) => string;
    return endOf(run(program, moduleName));
  } catch (error) {
    return { ...crashed(error), ...(isFull(error) && { detail: `more than ${limits.memoryMiB} MiB` }) };
  }
}

function endOf(said: string): ProgramEnd {
  const at = said.indexOf("|");
  const [word, detail] = [said.slice(0, at), said.slice(at + 1)];
  if (word !== "absent") return { outcome: word as SandboxOutcome, detail };
  const root = detail.split(".")[0] ?? "";
  return thirdPartyModules.has(root) || root === "socket" || root === "_socket"
    ? { outcome: "unsupported", detail: `needs the package ${detail}` }
    : { outcome: "exception", detail: `ModuleNotFoundError: ${detail}` };
}

/** The interpreter itself broke: its memory was full at a bad moment, or its stack too deep. */
function crashed(error: unknown): ProgramEnd {
  if (isFull(error)) return { outcome: "memory", detail: "" };
  const words = error instanceof Error ? error.message : String(error);
  if (/call stack|out of bounds|unreachable|stack overflow/i.test(words))
    return { outcome: "exception", detail: "the interpreter's stack overflowed" };
  return { outcome: "exception", detail: words.slice(0, 200) };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && /memory is full|out of memory|cannot enlarge memory/i.test(error.message);
}

/** Feeds standard input byte by byte, as Pyodide asks for it; 0 = its end. */
function bytesOf(text: string): (buffer: Uint8Array) => number {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return (buffer) => {
    const part = bytes.subarray(at, at + buffer.length);
    buffer.set(part);
    at += part.length;
    return part.length;
  };
}
