/**
 * Build the front end: `node portiek/ui/build.mjs`; `--no-check` leaves the type check out.
 *
 * Out come, in portiek/ui/static/ui/ under names that carry a hash of their contents: one style sheet, one script, a chunk for
 * each island, the workers, the font, a sprite with only the icons that are used, and manifest.json with the plain names.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(path.dirname(here));
const code = path.join(root, "portiek");
const out = path.join(here, "static", "ui");
const require = createRequire(import.meta.url);
const slash = (name) => name.split(path.sep).join("/");

/** List the files below a folder, without what is built or hidden. */
async function files(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || ["node_modules", "static", "__pycache__"].includes(entry.name)) continue;
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await files(name)));
    else found.push(name);
  }
  return found.sort();
}

/** Find every island: portiek/<...>/<module>/islands/<name>.ts is "module/name". */
function islands(all) {
  return all
    .map((file) => [slash(file).match(/([^/]+)\/islands\/([^/]+)\.ts$/), file])
    .filter(([match]) => match && !match[2].endsWith(".test"))
    .map(([match, file]) => [`${match[1]}/${match[2]}`, file]);
}

/** Find every worker: portiek/<...>/workers/<name>.ts is a script of its own, which a view answers at an address of its own. */
function workers(all) {
  const found = all.map((file) => [slash(file).match(/\/workers\/([^/]+)\.ts$/), file]);
  return Object.fromEntries(found.filter(([match]) => match).map(([match, file]) => [match[1], file]));
}

/** Gather the names in icon("...") calls and icon="..." arguments; an unknown one stops the build, with its place. */
async function usedIcons(all) {
  const names = new Map();
  for (const file of all.filter((name) => /\.(html|py|ts)$/.test(name) && !/[\\/]tests[\\/]/.test(name))) {
    const text = await readFile(file, "utf8");
    // Up to the first comma or bracket, so that icon("check" if done else "clock") gives both.
    for (const call of text.matchAll(/\bicon["']?\s*(?:[=:]|\()\s*(["'][^,(){}]*)/g)) {
      for (const match of call[1].matchAll(/(?:^|\belse\s+)["']([a-z][a-z0-9-]*)["']/g)) {
        if (!names.has(match[1])) names.set(match[1], file);
      }
    }
  }
  return names;
}

/** Make one SVG of the icons that are used. */
async function sprite(names) {
  const folder = path.join(path.dirname(require.resolve("lucide-static/package.json")), "icons");
  const symbols = [];
  for (const [name, file] of [...names].sort()) {
    const source = await readFile(path.join(folder, `${name}.svg`), "utf8").catch(() => {
      throw new Error(`${path.relative(root, file)}: there is no icon "${name}" in lucide-static`);
    });
    const inside = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").replace(/> </g, "><").trim()}</symbol>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

const all = await files(code);
const found = islands(all);
if (!process.argv.includes("--no-check")) {
  const tsc = path.join(path.dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  try {
    execFileSync(process.execPath, [tsc, "--noEmit", "-p", root], { stdio: "inherit" });
  } catch {
    process.exit(1);
  }
}

/** The loader imports "islands": a table of names and lazy imports, so that esbuild makes a chunk of each. */
const islandTable = {
  name: "islands",
  setup(chunks) {
    chunks.onResolve({ filter: /^islands$/ }, () => ({ path: "islands", namespace: "islands" }));
    chunks.onLoad({ filter: /.*/, namespace: "islands" }, () => ({
      contents: `export default {${found.map(([name, file]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(slash(file))})`).join(",")}}`,
      resolveDir: here,
    }));
    // `import url from "package/worker.mjs?url"` copies a file as it is and gives its address.
    chunks.onResolve({ filter: /\?url$/ }, async (asked) => {
      const done = await chunks.resolve(asked.path.slice(0, -4), { resolveDir: asked.resolveDir, kind: asked.kind });
      return { path: done.path, namespace: "url", errors: done.errors };
    });
    chunks.onLoad({ filter: /.*/, namespace: "url" }, async (asked) => ({
      contents: await readFile(asked.path),
      loader: "file",
    }));
  },
};

const fresh = `${out}.new`;
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    app: path.join(here, "js", "app.ts"),
    ...workers(all),
    style: path.join(here, "css", "app.css"),
  },
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  metafile: true,
  target: ["chrome120", "firefox121", "safari17.4"],
  entryNames: "[name].[hash]",
  chunkNames: "chunk.[hash]",
  assetNames: "[name].[hash]",
  loader: { ".woff2": "file", ".wasm": "file", ".svg": "file" },
  legalComments: "none",
  logLevel: "warning",
  plugins: [islandTable],
});

const manifest = {};
for (const [name, output] of Object.entries(result.metafile.outputs)) {
  const file = path.basename(name);
  if (output.entryPoint?.endsWith("js/app.ts")) manifest["app.js"] = file;
  const worker = output.entryPoint?.match(/workers\/([^/]+)\.ts$/);
  if (worker) manifest[`${worker[1]}.js`] = file;
  if (output.entryPoint?.endsWith("css/app.css")) manifest["app.css"] = file;
  if (/hanken-grotesk-latin-wght-normal\..*\.woff2$/.test(file)) manifest["font.woff2"] = file;
}
const icons = await sprite(await usedIcons(all));
manifest["sprite.svg"] =
  `sprite.${createHash("sha256").update(icons).digest("base64url").replace(/[-_]/g, "").slice(0, 8).toUpperCase()}.svg`;
await writeFile(path.join(fresh, manifest["sprite.svg"]), icons);
await writeFile(path.join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
// The old files go only now: a page that is being looked at keeps its style sheet while a build runs.
await rm(out, { recursive: true, force: true });
await rename(fresh, out);

let total = 0;
for (const name of ["app.js", "app.css", "sprite.svg"]) {
  const data = await readFile(path.join(out, manifest[name]));
  const small = gzipSync(data).length;
  if (name !== "sprite.svg") total += small;
  console.log(
    `${manifest[name].padEnd(28)} ${(data.length / 1000).toFixed(1).padStart(7)} kB  gzip ${(small / 1000).toFixed(1)}  brotli ${(brotliCompressSync(data).length / 1000).toFixed(1)}`,
  );
}
console.log(
  `${"script and style sheet".padEnd(28)} ${"".padStart(7)}     gzip ${(total / 1000).toFixed(1)} kB; ${found.length} islands`,
);
