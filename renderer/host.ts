/**
 * The desktop host. The page runs under the app's own scheme there, and its preload answers two messages: on
 * `sandpost:connect` it hands over one end of a port to the engine with `sandpost:port`, on `sandpost:desktop` one to the
 * app itself. (A port cannot pass Electron's contextBridge.) On `sandpost:drag` it drags messages out of the window as
 * files. In a browser there is no such host, and everything works without it.
 */
interface Door {
  readonly ask: string;
  readonly answer: string;
}
export const ENGINE: Door = { ask: 'sandpost:connect', answer: 'sandpost:port' };
export const DESKTOP: Door = { ask: 'sandpost:desktop', answer: 'sandpost:desktop-port' };
const DRAG_MESSAGE = 'sandpost:drag';

export const isDesktop = (page: { readonly protocol: string }): boolean => !page.protocol.startsWith('http');

/** Resolves with a new port. */
export function requestPort(page: Window, door: Door): Promise<MessagePort> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== page || event.data !== door.answer || port === undefined) return;
      page.removeEventListener('message', take);
      resolve(port);
    };
    page.addEventListener('message', take);
    page.postMessage(door.ask, page.origin);
  });
}

/** Begins a drag of the messages' files. */
export function dragFiles(page: Window, ids: readonly number[]): void {
  page.postMessage({ kind: DRAG_MESSAGE, ids }, page.origin);
}
