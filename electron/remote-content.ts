/**
 * What a message's frame may load from elsewhere: pictures, films, fonts and style sheets, when its own URL says that a
 * person asked for it (the page's policy says the same). No cookie goes along, none is kept, nobody is told from where.
 */
import type { Session } from 'electron';
import { APP_ORIGIN } from './origin.ts';

const KINDS = new Set(['image', 'media', 'font', 'stylesheet']);
const OURS = /^(sandpost|devtools|blob|data|about):/;
const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:\/|$)/i;

/** `frameUrl`: of the frame that asks. */
export function mayLoad(url: string, resourceType: string, frameUrl: string): boolean {
  if (OURS.test(url)) return true;
  if (!KINDS.has(resourceType) || !frameUrl.startsWith(`${APP_ORIGIN}/resource/message/`)) return false;
  const remote = new URL(frameUrl).searchParams.get('remote');
  return remote === 'all' || (remote === 'loopback' && LOOPBACK.test(url));
}

const TELLING = new Set(['cookie', 'referer', 'origin']);

export function guardRequests({ webRequest }: Session): void {
  webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !mayLoad(details.url, details.resourceType, details.frame?.url ?? '') });
  });
  webRequest.onBeforeSendHeaders({ urls: ['http://*/*', 'https://*/*'] }, (details, decide) => {
    const kept = Object.entries(details.requestHeaders).filter(([name]) => !TELLING.has(name.toLowerCase()));
    decide({ requestHeaders: Object.fromEntries(kept) });
  });
  webRequest.onHeadersReceived({ urls: ['http://*/*', 'https://*/*'] }, (details, decide) => {
    const kept = Object.entries(details.responseHeaders ?? {}).filter(
      ([name]) => name.toLowerCase() !== 'set-cookie',
    );
    decide({ responseHeaders: Object.fromEntries(kept) });
  });
}
