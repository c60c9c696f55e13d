// Replaces Vite: it takes the same arguments and writes the same kinds of files.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [flag, folder, emptied] = process.argv.slice(2);
if (flag !== "--outDir" || emptied !== "--emptyOutDir") throw new Error("unexpected arguments");
if (!statSync("node_modules").isDirectory()) throw new Error("no packages are installed");
mkdirSync(folder, { recursive: true });
copyFileSync("index.html", join(folder, "index.html"));
const version = readFileSync("src/api/schema.d.ts", "utf8");
for (const [name, text] of Object.entries(JSON.parse(readFileSync("src/assets.json", "utf8")))) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text.replace("VERSION", version));
}
