/**
 * Hands the page one end of a message port to the engine, or to the main process, and its wish to drag messages out as
 * files; nothing else.
 */
import { ipcRenderer } from 'electron';

/** What the page asks with, and what it is answered with. */
const PORTS: Readonly<Record<string, string>> = {
  'sandpost:connect': 'sandpost:port',
  'sandpost:desktop': 'sandpost:desktop-port',
};

const isDrag = (data: unknown): data is { readonly kind: 'sandpost:drag'; readonly ids: unknown } =>
  typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'sandpost:drag';

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window) return;
  if (isDrag(event.data)) ipcRenderer.send('sandpost:drag', event.data.ids);
  if (typeof event.data !== 'string' || !Object.hasOwn(PORTS, event.data)) return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage(event.data, null, [port2]);
  window.postMessage(PORTS[event.data], window.origin, [port1]);
});
