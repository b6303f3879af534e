/** The command line that runs one program under bubblewrap: what it may see and use is said here, and the tests try it. */
import { existsSync } from "node:fs";
import type { SandboxRequest } from "../../core/sandbox.ts";

/** Where the programs are that an engine of bubblewrap takes. */
export interface BwrapTools {
  readonly bwrap: string;
  readonly prlimit: string;
  readonly python: string;
  /** set when we are root: limits of processes do not bind root, so the program runs as nobody */
  readonly setpriv: string | undefined;
}

/** Undefined where one of them is absent. */
export function findBwrapTools(): BwrapTools | undefined {
  const found = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));
  const bwrap = found("/usr/bin/bwrap", "/usr/local/bin/bwrap");
  const prlimit = found("/usr/bin/prlimit");
  const python = found("/usr/bin/python3", "/usr/local/bin/python3");
  const setpriv = found("/usr/bin/setpriv");
  const isRoot = process.getuid?.() === 0;
  if (!bwrap || !prlimit || !python || (isRoot && !setpriv)) return undefined;
  return { bwrap, prlimit, python, setpriv: isRoot ? setpriv : undefined };
}

const work = "/sandbox";
const folderBytes = 64 * 2 ** 20;
const readOnly = ["/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"];
const environment = { PATH: "/usr/bin:/bin", PYTHONHASHSEED: "0", LANG: "C.UTF-8", HOME: work };

/** Descriptors of the process: 3 tells that the box stands, from 4 on come main.py and the files, in order. */
export const firstFileDescriptor = 4;

/** Program and arguments; the texts of main.py and the files are read from their descriptors. */
export function bwrapCommand(tools: BwrapTools, request: SandboxRequest): string[] {
  const { limits, files = {}, moduleName = "__main__" } = request;
  const names = ["main.py", ...Object.keys(files)];
  const isolation = "--unshare-all --die-with-parent --new-session --clearenv --info-fd 3 --uid 65534 --gid 65534";
  // Shared memory, too: what --dev makes has no limit of size.
  const writable = ["/dev/shm", "/tmp", work].map((path) => `--size ${folderBytes} --tmpfs ${path}`).join(" ");
  const folders = `--proc /proc --dev /dev ${writable}`;
  return [
    ...(tools.setpriv ? [tools.setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"] : []),
    tools.bwrap,
    ...isolation.split(" "),
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...readOnly.flatMap((path) => ["--ro-bind-try", path, path]),
    ...folders.split(" "),
    ...names.flatMap((name, i) => ["--file", String(firstFileDescriptor + i), `${work}/${name}`]),
    // The box's own root lies in memory without a limit of size: nothing is written there.
    ...`--remount-ro / --chdir ${work} -- ${tools.prlimit} ${limitsOf(limits)} --`.split(" "),
    tools.python,
    ..."-B -X utf8 -c".split(" "),
    launcher,
    moduleName,
  ];
}

function limitsOf({ wallMs, memoryMiB }: SandboxRequest["limits"]): string {
  const cpuSeconds = Math.ceil(wallMs / 1000) + 1;
  const [memory, file, stack] = [memoryMiB, 16, 64].map((mebibytes) => mebibytes * 2 ** 20);
  return `--as=${memory} --fsize=${file} --stack=${stack} --cpu=${cpuSeconds} --nproc=64 --nofile=256 --core=0`;
}

/** Runs main.py as the module named, which a program can import from itself. */
const launcher = `
import sys, types
module = types.ModuleType(sys.argv.pop())
sys.argv[:] = ["main.py"]
sys.path[0] = "${work}"
module.__file__ = "${work}/main.py"
module.__builtins__ = __builtins__
sys.modules[module.__name__] = module
with open(module.__file__, encoding="utf-8") as file:
    source = file.read()
exec(compile(source, "main.py", "exec"), module.__dict__)
`;
