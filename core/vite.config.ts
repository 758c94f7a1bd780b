import http from 'node:http';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = path.resolve(import.meta.dirname, '..');

/** Exports of node:http that load undici when they are looked at. Nobody here imports them. */
const LOADS_UNDICI: readonly string[] = ['WebSocket', 'CloseEvent', 'MessageEvent'];

/**
 * Node loads undici, its fetch, when somebody looks at a global of it: 40 ms, more than half of what a command takes. Two
 * things look without need: an import of node:http, which evaluates every export, and oRPC asking whether an answer
 * is a form.
 */
const withoutUndici: Plugin = {
  name: 'without-undici',
  enforce: 'pre',
  resolveId: (id) => (id === 'node:http' || id === 'http' ? '\0http' : undefined),
  load(id) {
    if (id !== '\0http') return undefined;
    const names = Object.keys(http).filter((name) => !LOADS_UNDICI.includes(name));
    return `const http = process.getBuiltinModule('node:http'); export default http; export const { ${names.join(', ')} } = http;`;
  },
  transform(code, id) {
    if (!id.includes('/@orpc/') || !code.includes('instanceof FormData')) return undefined;
    const isForm = "Object.prototype.toString.call($1) === '[object FormData]'";
    return code.replaceAll(/(\w+) instanceof FormData/g, `(${isForm})`);
  },
};

/** The command line as one folder of flat files: starts faster than the sources, and is what `bin` points at. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [withoutUndici],
  ssr: { noExternal: true, external: ['better-sqlite3'] },
  build: {
    outDir: 'dist/cli',
    emptyOutDir: true,
    target: 'node20',
    minify: false,
    ssr: true,
    rolldownOptions: {
      external: [
        ...builtinModules.filter((name) => name !== 'http').flatMap((name) => [name, `node:${name}`]),
        /^better-sqlite3/,
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
