/** The built UI, read from its folder once: what is not in the list cannot be asked for, whatever the path says. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMON_HEADERS, PLAIN_CSP, UI_CONTENT_SECURITY_POLICY } from './security-headers.ts';
import { TOKEN_META } from './contract/doors.ts';
import type { ResourceResponse } from './resources.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export { UI_CONTENT_SECURITY_POLICY };

/** For a file of the built UI, by its extension. */
export function contentTypeOf(file: string): string {
  return TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/** Vite puts a hash of the content into the names in this folder. */
const HASHED = '/assets/';

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandpost</title></head><body>
<h1>Sandpost is running</h1>
<p>Its window is not built yet: run <code>npm run build</code>, or <code>npm start</code>, and load this page again.</p>
<p>The <a href="/api">HTTP interface</a> works.</p></body></html>
`;

export interface UiFiles {
  respond(pathname: string): ResourceResponse | undefined;
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function withToken(page: string, token: string): string {
  return page.replace(/<head[^>]*>/i, (head) => `${head}<meta name="${TOKEN_META}" content="${token}">`);
}

/** `uiDir` need not exist: then a page says what to do. */
export function createUiFiles(deps: { readonly uiDir: string; readonly token: string }): UiFiles {
  const { uiDir, token } = deps;
  const files = new Map(
    listFiles(uiDir).map((file) => [`/${path.relative(uiDir, file).split(path.sep).join('/')}`, file]),
  );

  /** Contains the token, so no cache may keep it. */
  function page(): ResourceResponse {
    const file = files.get('/index.html');
    const html = file === undefined ? NOT_BUILT : withToken(readFileSync(file, 'utf8'), token);
    return {
      status: 200,
      headers: {
        ...COMMON_HEADERS,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': file === undefined ? PLAIN_CSP : UI_CONTENT_SECURITY_POLICY,
      },
      body: Buffer.from(html),
    };
  }

  return {
    respond(pathname) {
      const file = files.get(pathname);
      if (file === undefined || pathname === '/index.html') {
        // The UI has its own paths; something with an extension is a file that is missing.
        return path.extname(pathname) === '' || pathname === '/index.html' ? page() : undefined;
      }
      return {
        status: 200,
        headers: {
          ...COMMON_HEADERS,
          'content-type': contentTypeOf(file),
          'cache-control': pathname.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
          'content-security-policy': PLAIN_CSP,
        },
        body: readFileSync(file),
      };
    },
  };
}
