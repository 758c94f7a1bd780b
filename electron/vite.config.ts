import { builtinModules } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vite';

const root = path.resolve(import.meta.dirname, '..');
/** Runtime packages stay packages: the app ships them in its node_modules. */
const external = [
  'electron',
  ...builtinModules.flatMap((name) => [name, `node:${name}`]),
  /^(better-sqlite3|smtp-server|mailparser|@zone-eu\/mailsplit|libmime|libqp|libbase64|htmlparser2|nodemailer|ws|zod|@orpc\/)/,
];

/** The main process and its threads: every entry and chunk lies flat in dist/electron, so that workers find each other. */
export default defineConfig({
  root,
  publicDir: false,
  build: {
    outDir: 'dist/electron',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    sourcemap: true,
    ssr: true,
    rolldownOptions: {
      external,
      input: {
        main: path.join(root, 'electron/main.ts'),
        'engine-worker': path.join(root, 'electron/engine-worker.ts'),
        'store-writer': path.join(root, 'core/store/store-writer.ts'),
        'message-indexer': path.join(root, 'core/message/message-indexer.ts'),
        'store-searcher': path.join(root, 'core/store/store-searcher.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
