/**
 * What a message's frame may load from elsewhere: pictures, films, fonts and style sheets, when its own URL says that a
 * person asked for it (the page's policy says the same). No cookie goes along, none is kept, nobody is told from where.
 */
import { setTimeout as delay } from 'node:timers/promises';
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

/** A frame as far as it matters here (WebFrameMain). */
type Frame = { readonly url: string };

const ASK_AGAIN_MS = 10;
const MOST_TRIES = 100;

/**
 * Where a frame is. It can ask for its first pictures before this process has heard that its page is there: until then
 * its address is ''. It is '' too when there is no frame, or it is gone, or it says nothing for a second.
 */
export async function addressOf(frame: Frame | null | undefined): Promise<string> {
  if (frame === null || frame === undefined) return '';
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      if (frame.url !== '') return frame.url;
    } catch {
      // It was closed meanwhile.
      return '';
    }
    await delay(ASK_AGAIN_MS);
  }
  return '';
}

const TELLING = new Set(['cookie', 'referer', 'origin']);

export function guardRequests({ webRequest }: Session): void {
  webRequest.onBeforeRequest(({ url, resourceType, frame }, decide) => {
    if (OURS.test(url)) decide({});
    else
      void addressOf(frame).then((from) => {
        decide({ cancel: !mayLoad(url, resourceType, from) });
      });
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
