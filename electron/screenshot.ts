/**
 * A picture of a message as its frame shows it, all of it, at the width that was chosen: `screenshot` beside the
 * message's other resources, which only this host can make. The page is drawn in a window that is not shown and runs no
 * scripts; its size and its picture come by the browser's own debugging protocol.
 */
import { BrowserWindow } from 'electron';
import { APP_ORIGIN } from './origin.ts';

const PATH = /^\/resource\/message\/(\d+)\/screenshot$/;
const WIDTH = { least: 240, most: 1600, usual: 800 };
/** Pixels; a longer message is cut. */
const HIGHEST = 16_000;

export const isScreenshot = (pathname: string): boolean => PATH.test(pathname);

function widthOf(url: URL): number {
  const asked = Number(url.searchParams.get('width') ?? WIDTH.usual);
  return Number.isFinite(asked)
    ? Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, asked)))
    : WIDTH.usual;
}

interface Metrics {
  readonly cssContentSize: { readonly width: number; readonly height: number };
}

async function draw(window: BrowserWindow, width: number): Promise<Buffer> {
  const { debugger: protocol } = window.webContents;
  protocol.attach('1.3');
  const { cssContentSize } = (await protocol.sendCommand('Page.getLayoutMetrics')) as Metrics;
  const height = Math.min(HIGHEST, Math.ceil(cssContentSize.height));
  const { data } = (await protocol.sendCommand('Page.captureScreenshot', {
    format: 'png',
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width, height, scale: 1 },
  })) as { readonly data: string };
  return Buffer.from(data, 'base64');
}

export async function screenshot(url: URL): Promise<Response> {
  const width = widthOf(url);
  const id = PATH.exec(url.pathname)?.[1] ?? '';
  const window = new BrowserWindow({
    show: false,
    width,
    height: 800,
    useContentSize: true,
    // A window that is only hidden makes no frames, and its picture would never come.
    webPreferences: { offscreen: true, sandbox: true, contextIsolation: true, javascript: false },
  });
  try {
    await window.loadURL(`${APP_ORIGIN}/resource/message/${id}/html${url.search}`);
    const picture = await draw(window, width);
    return new Response(new Uint8Array(picture), {
      headers: {
        'content-type': 'image/png',
        'content-disposition': `attachment; filename="message-${id}.png"`,
        'x-content-type-options': 'nosniff',
      },
    });
  } finally {
    window.destroy();
  }
}
