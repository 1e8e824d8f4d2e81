/**
 * Starts scripts/<name>.ts, or says in one line why it cannot. Plain JavaScript, since it must also
 * parse under a Node too old to strip types; npm scripts find the Node 24 that `npm ci` installs.
 */
import { existsSync } from "node:fs";
// The whole module: an old Node has no export of the name used below, and must still get to say so.
import * as module from "node:module";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;

function reasonNotToStart() {
  if (!existsSync(new URL("../node_modules/miniflare", import.meta.url)))
    return "Nothing is installed yet: run `npm ci` first.";
  if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR)
    return `This runs under Node ${NODE_MAJOR}, not ${process.versions.node}: start it through npm (\`npm start\`), which uses the one that \`npm ci\` installs.`;
  return null;
}

const [, , name, ...rest] = process.argv;
const reason = reasonNotToStart();
if (reason === null) {
  // Half of a start is the compiling of dependencies.
  module.enableCompileCache(
    fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url)),
  );
  process.argv = [process.argv[0], process.argv[1], ...rest];
  await import(`./${name}.ts`);
} else {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
