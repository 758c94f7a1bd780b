/**
 * The app's own scheme, in place of file://: `sandpost://app/` is the built UI, `sandpost://app/resource/...` are
 * message bytes from the engine, by the same paths as over HTTP.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { contentTypeOf, UI_CONTENT_SECURITY_POLICY } from '../core/api/ui-files.ts';
import type { EngineHost } from './engine-host.ts';
import type { MainContext } from './module.ts';
import { SCHEME } from './origin.ts';
import { isScreenshot, screenshot } from './screenshot.ts';

/** dist/renderer, beside dist/electron where this file is after the build. */
const UI_FOLDER = path.resolve(import.meta.dirname, '..', 'renderer');

/** Before the app is ready: gives the scheme an origin, fetch and secure-context rights. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

async function uiFile(pathname: string): Promise<Response> {
  const name = pathname === '/' ? '/index.html' : decodeURIComponent(pathname);
  const file = path.join(UI_FOLDER, path.normalize(name));
  if (!file.startsWith(UI_FOLDER + path.sep)) return new Response('Not found', { status: 404 });
  try {
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'content-type': contentTypeOf(file),
        'content-security-policy': UI_CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      },
    });
  } catch {
    return new Response('Not found', { status: 404 });
  }
}

async function resource(engine: EngineHost, url: string): Promise<Response> {
  const answer = await engine.resource(url);
  // 204 allows no body at all, not even an empty one.
  const body = answer.status === 204 ? null : new Uint8Array(answer.body);
  return new Response(body, { status: answer.status, headers: { ...answer.headers } });
}

export function serveAppScheme({ engine }: Pick<MainContext, 'engine'>): void {
  protocol.handle(SCHEME, (request) => {
    const url = new URL(request.url);
    if (url.host !== 'app' || request.method !== 'GET') return new Response('Not found', { status: 404 });
    if (isScreenshot(url.pathname)) return screenshot(url);
    return url.pathname.startsWith('/resource/')
      ? resource(engine, url.pathname + url.search)
      : uiFile(url.pathname);
  });
}
