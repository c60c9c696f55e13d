// Makes a file of the API's document, as the types of the page are made of it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const { info } = JSON.parse(readFileSync("../docs/openapi.json", "utf8"));
mkdirSync("src/api", { recursive: true });
writeFileSync("src/api/schema.d.ts", info.version);
