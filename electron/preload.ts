/** Hands the page one end of a message port to the engine, or to the main process, and nothing else. */
import { ipcRenderer } from 'electron';

/** What the page asks with, and what it is answered with. */
const PORTS: Readonly<Record<string, string>> = {
  'sandpost:connect': 'sandpost:port',
  'sandpost:desktop': 'sandpost:desktop-port',
};

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || typeof event.data !== 'string' || !Object.hasOwn(PORTS, event.data)) return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage(event.data, null, [port2]);
  window.postMessage(PORTS[event.data], window.origin, [port1]);
});
