import { expect, it } from 'vitest';
import type { ToDesktop, WindowCommand } from '../../core/api/contract/desktop.ts';
import { FIRST_SETTINGS, type FromDesktop } from '../../core/api/contract/desktop.ts';
import { Preferences } from './preferences.svelte.ts';

function createStorage(first: Record<string, string> = {}) {
  const kept = new Map(Object.entries(first));
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

it('has notifications off in a browser until they are switched on, and remembers it', () => {
  const storage = createStorage();
  const first = new Preferences({ storage, desktop: undefined });
  expect([first.isDesktop, first.settings.alerts.isOn]).toEqual([false, false]);
  first.changeAlerts({ isOn: true, muted: ['root'] });
  const { alerts } = new Preferences({ storage, desktop: undefined }).settings;
  expect([alerts.isOn, alerts.muted]).toEqual([true, ['root']]);
});

it.each(['', '{', '[]', '{"isOn":1}'])('starts anew where what was kept is damaged: %s', (text) => {
  const storage = createStorage({ 'sandpost.alerts': text });
  expect(new Preferences({ storage, desktop: undefined }).settings.alerts.isOn).toBe(false);
});

it('asks the app for changes, takes what it says, and hands on what its menus want', async () => {
  const { port1: page, port2: app } = new MessageChannel();
  const asked = new Promise<ToDesktop>((resolve) => {
    app.onmessage = ({ data }: MessageEvent<ToDesktop>) => {
      resolve(data);
    };
  });
  const preferences = new Preferences({ storage: createStorage(), desktop: () => Promise.resolve(page) });
  await preferences.start();
  const command = new Promise<WindowCommand>((resolve) => {
    preferences.onCommand(resolve);
  });
  const tell = (message: FromDesktop) => {
    app.postMessage(message);
  };
  tell({ kind: 'settings', settings: { ...FIRST_SETTINGS, closesToTray: true } });
  tell({ kind: 'command', command: 'keys' });
  expect(await command).toBe('keys');
  expect(preferences.settings.closesToTray).toBe(true);
  preferences.change({ opensAtLogin: true });
  expect(await asked).toEqual({ kind: 'change', change: { opensAtLogin: true } });
  page.close();
});
