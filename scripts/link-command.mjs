/** Makes `npx signalbox` run this checkout, also offline: a link in node_modules/.bin, as an installed package has. */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = `${root}dist/cli/main.js`;
const link = `${root}node_modules/.bin/signalbox`;

if (process.platform !== "win32" && existsSync(command) && existsSync(`${root}node_modules`)) {
  chmodSync(command, 0o755);
  mkdirSync(`${root}node_modules/.bin`, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli/main.js", link);
}
