import { builtinModules } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vite';

const root = path.resolve(import.meta.dirname, '..');

/** The command line as one folder of flat files: starts faster than the sources, and is what `bin` points at. */
export default defineConfig({
  root,
  publicDir: false,
  build: {
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    ssr: true,
    rolldownOptions: {
      external: [
        ...builtinModules.flatMap((name) => [name, `node:${name}`]),
        /^(better-sqlite3|smtp-server|mailparser|@zone-eu\/mailsplit|libmime|libqp|libbase64|htmlparser2|nodemailer|ws|zod|@orpc\/)/,
      ],
      input: {
        sandpost: path.join(root, 'core/cli/sandpost.ts'),
        'store-writer': path.join(root, 'core/store/store-writer.ts'),
        'message-indexer': path.join(root, 'core/message/message-indexer.ts'),
        'store-searcher': path.join(root, 'core/store/store-searcher.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
