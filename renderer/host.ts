/**
 * The desktop host. The page runs under the app's own scheme there, and its preload answers one message: on
 * `sandpost:connect` it hands over one end of a port to the engine with `sandpost:port`. (A port cannot pass Electron's
 * contextBridge.) On `sandpost:drag` it drags messages out of the window as files. In a browser there is no such host, and everything works without it.
 */
const CONNECT_MESSAGE = 'sandpost:connect';
const PORT_MESSAGE = 'sandpost:port';
const DRAG_MESSAGE = 'sandpost:drag';

export const isDesktop = (page: { readonly protocol: string }): boolean => !page.protocol.startsWith('http');

/** Resolves with a new port to the engine. */
export function requestPort(page: Window): Promise<MessagePort> {
  return new Promise((resolve) => {
    const take = (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== page || event.data !== PORT_MESSAGE || port === undefined) return;
      page.removeEventListener('message', take);
      resolve(port);
    };
    page.addEventListener('message', take);
    page.postMessage(CONNECT_MESSAGE, page.origin);
  });
}

/** Begins a drag of the messages' files. */
export function dragFiles(page: Window, ids: readonly number[]): void {
  page.postMessage({ kind: DRAG_MESSAGE, ids }, page.origin);
}
