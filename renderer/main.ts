import { mount } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { config } from 'zod';
import App from './app/App.svelte';
import './app/tokens.css';
import './app/base.css';
import './app/overlays.css';
import './app/people.css';
import './app/tables.css';
import './app/tabs.css';
import { DESKTOP, dragFiles, ENGINE, isDesktop, requestPort } from './host.ts';
import { createNotifier } from './notifier.ts';
import { Desk } from './state/desk.svelte.ts';
import { savePieces } from './ui/save-file.ts';
import { portDial } from './transport/port.ts';
import { htmlText } from './ui/html-text.ts';
import { pageToken, webSocketDial } from './transport/websocket.ts';

// The page's policy allows no code made of text, which is how zod would speed itself up.
config({ jitless: true });

const target = document.querySelector('#app');
if (target === null) throw new Error('index.html has no #app');

const page = new URL(location.href);
const token = pageToken(document, () => fetch('/', { cache: 'no-store' }));

const desk = new Desk({
  dial: isDesktop(page) ? portDial(() => requestPort(window, ENGINE)) : webSocketDial(page, token),
  fetch: (url) => fetch(url),
  bar: window,
  theme: { storage: localStorage, prefersDark: new MediaQuery('prefers-color-scheme: dark') },
  now: () => Date.now(),
  save: savePieces,
  view: crypto.randomUUID(),
  desktop: isDesktop(page) ? () => requestPort(window, DESKTOP) : undefined,
  notifier: createNotifier(window),
  htmlText,
  drag: {
    origin: page.origin,
    dragFiles: isDesktop(page)
      ? (ids) => {
          dragFiles(window, ids);
        }
      : undefined,
  },
});

mount(App, { target, props: { desk } });
