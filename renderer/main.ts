import { mount } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { config } from 'zod';
import App from './app/App.svelte';
import './app/tokens.css';
import './app/base.css';
import './app/overlays.css';
import './app/tabs.css';
import { dragFiles, isDesktop, requestPort } from './host.ts';
import { Desk } from './state/desk.svelte.ts';
import { portDial } from './transport/port.ts';
import { htmlText } from './ui/html-text.ts';
import { savePieces } from './ui/save-file.ts';
import { pageToken, webSocketDial } from './transport/websocket.ts';

// The page's policy allows no code made of text, which is how zod would speed itself up.
config({ jitless: true });

const target = document.querySelector('#app');
if (target === null) throw new Error('index.html has no #app');

const page = new URL(location.href);
const token = pageToken(document, () => fetch('/', { cache: 'no-store' }));

const desk = new Desk({
  dial: isDesktop(page) ? portDial(() => requestPort(window)) : webSocketDial(page, token),
  fetch: (url) => fetch(url),
  bar: window,
  theme: { storage: localStorage, prefersDark: new MediaQuery('prefers-color-scheme: dark') },
  now: () => Date.now(),
  view: crypto.randomUUID(),
  htmlText,
  save: savePieces,
  drag: {
    origin: page.origin,
    dragFiles: isDesktop(page)
      ? (ids) => {
          dragFiles(window, ids);
        }
      : undefined,
  },
  isDesktop: isDesktop(page),
});

mount(App, { target, props: { desk } });
