import { RPCLink } from '@orpc/client/websocket';
import { TOKEN_META, WEBSOCKET_PATH, webSocketProtocols } from '../../core/api/contract/doors.ts';
import type { Dial, Line } from './line.ts';

export interface PageToken {
  /** The token that stands in the page. */
  read(): string;
  /** A sandbox that was started again has another one: reads it from the page as it is served now. */
  renew(): Promise<void>;
}

/** Dials the WebSocket door beside the page. */
export function webSocketDial(page: URL, token: PageToken): Dial {
  const url = new URL(WEBSOCKET_PATH, page);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  return async () => {
    try {
      return await open(url.href, token.read());
    } catch (cause) {
      await token.renew();
      throw cause;
    }
  };
}

function open(url: string, token: string): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...webSocketProtocols(token)]);
    const link = new RPCLink({ websocket: socket });
    const closed = new Promise<void>((gone) => {
      socket.addEventListener('close', () => {
        gone();
        reject(new Error(`no answer from ${url}`));
      });
    });
    const close = () => {
      socket.close();
    };
    socket.addEventListener('open', () => {
      resolve({ link, closed, close });
    });
  });
}

export function pageToken(document: Document, fetchPage: () => Promise<Response>): PageToken {
  const find = (from: Document) =>
    from.querySelector<HTMLMetaElement>(`meta[name="${TOKEN_META}"]`)?.content ?? '';
  let token = find(document);
  return {
    read: () => token,
    async renew() {
      const page = await fetchPage();
      token = find(new DOMParser().parseFromString(await page.text(), 'text/html'));
    },
  };
}
