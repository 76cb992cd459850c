// Restores the packages of the lock file and puts what the page embeds into a folder: node bundles.mjs FOLDER.
// Builds may run side by side: each restores into a folder of its own, and files appear whole.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2];
const files = [
  ["plotly.js-cartesian-dist-min/plotly-cartesian.min.js", "plotly-cartesian.min.js"],
  ["plotly.js-cartesian-dist-min/LICENSE", "plotly.js-cartesian-dist-min.LICENSE"],
  ["temml/dist/temml.min.js", "temml.min.js"],
  ["temml/LICENSE", "temml.LICENSE"],
];

mkdirSync(target, { recursive: true });
const restored = mkdtempSync(join(target, "npm-"));
try {
  for (const name of ["package.json", "package-lock.json"]) copyFileSync(join(here, name), join(restored, name));
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: restored,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  for (const [from, to] of files) {
    const whole = join(restored, to);
    copyFileSync(join(restored, "node_modules", from), whole);
    renameSync(whole, join(target, to));
  }
} finally {
  rmSync(restored, { recursive: true, force: true });
}
