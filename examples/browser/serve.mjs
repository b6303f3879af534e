/** Serves the page beside this file, signalbox and a saved router to this machine: node serve.mjs ROUTER [PORT] */
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folderOf = (name) => dirname(fileURLToPath(import.meta.resolve(name)));
const [routerFolder, port = "8080"] = process.argv.slice(2);
if (!routerFolder || !existsSync(join(routerFolder, "router.json"))) {
  console.error("Give the folder of a saved router:\n  signalbox fit results/ --router text-linear --output my-router");
  process.exit(2);
}
const folders = {
  signalbox: folderOf("signalbox/browser"),
  zod: folderOf("zod"),
  "fastest-levenshtein": folderOf("fastest-levenshtein"),
  router: resolve(routerFolder),
  "": dirname(fileURLToPath(import.meta.url)),
};
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json" };

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  const [, first, ...rest] = path.split("/");
  const mapped = rest.length > 0 ? folders[first] : folders[""];
  const file = mapped && join(mapped, rest.length > 0 ? rest.join("/") : first || "index.html");
  const type = file && types[extname(file)];
  if (!file || !existsSync(file) || !(type || file.endsWith(".safetensors"))) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": type ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://localhost:${server.address().port}/`));
