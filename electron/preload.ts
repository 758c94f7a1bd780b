/** Hands the page one end of a message port to the engine, and nothing else. */
import { ipcRenderer } from 'electron';

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== 'sandpost:connect') return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage('sandpost:connect', null, [port2]);
  window.postMessage('sandpost:port', window.origin, [port1]);
});
