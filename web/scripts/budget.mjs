// Weighs what a browser fetches (brotli): the shell, and what the inbox adds to it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '..', 'dist');
const LIMITS = { shell: 100, inbox: 90 };

const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8'));
const size = (file) => brotliCompressSync(readFileSync(join(DIST, file))).length;

/** A chunk with everything it imports at once; styles too. Fonts load by need and are not counted. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return new Set();
  seen.add(key);
  const files = new Set([chunk.file, ...(chunk.css ?? [])]);
  for (const next of chunk.imports ?? []) for (const file of filesOf(next, seen)) files.add(file);
  return files;
}
const weigh = (files) => [...files].reduce((sum, file) => sum + size(file), 0) / 1024;

const shell = filesOf('index.html');
for (const key of Object.keys(manifest))
  if (/messages\/fr\.json\?core$/.test(key)) shell.add(manifest[key].file);
const inbox = new Set(
  ['src/routes/shell.tsx', 'src/routes/inbox.tsx', 'messages/fr.json?inbox']
    .flatMap((key) => [...filesOf(key)])
    .filter((file) => !shell.has(file)),
);
let failed = false;
for (const [name, files] of Object.entries({ shell, inbox })) {
  const kib = weigh(files);
  console.log(`${name}: ${kib.toFixed(1)} KiB brotli of ${LIMITS[name]}`);
  if (process.argv.includes('-v'))
    for (const file of files) console.log(`   ${(size(file) / 1024).toFixed(1)} ${file}`);
  failed ||= kib > LIMITS[name];
}
const missing = readdirSync(DIST).includes('index.html') ? 0 : 1;
process.exit(failed || missing ? 1 : 0);
