/** Hands the page one end of a message port to the engine, and its wish to drag messages out as files; nothing else. */
import { ipcRenderer } from 'electron';

const isDrag = (data: unknown): data is { readonly kind: 'sandpost:drag'; readonly ids: unknown } =>
  typeof data === 'object' && data !== null && 'kind' in data && data.kind === 'sandpost:drag';

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window) return;
  if (isDrag(event.data)) ipcRenderer.send('sandpost:drag', event.data.ids);
  if (event.data !== 'sandpost:connect') return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage('sandpost:connect', null, [port2]);
  window.postMessage('sandpost:port', window.origin, [port1]);
});
