import { describe, expect, it } from 'vitest';
import { defaultFolders } from './paths.ts';

const home = '/home/you';

describe('defaultFolders', () => {
  it.each([
    ['Linux', 'linux', {}, '/home/you/.config/sandpost', '/home/you/.local/share/sandpost'],
    ['Linux with XDG', 'linux', { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d' }, '/c/sandpost', '/d/sandpost'],
    [
      'Linux with a relative XDG, which the specification says to ignore',
      'linux',
      { XDG_CONFIG_HOME: 'c' },
      '/home/you/.config/sandpost',
      '/home/you/.local/share/sandpost',
    ],
    [
      'macOS',
      'darwin',
      {},
      '/home/you/Library/Application Support/Sandpost/config',
      '/home/you/Library/Application Support/Sandpost/data',
    ],
    ['Windows', 'win32', { APPDATA: '/r', LOCALAPPDATA: '/l' }, '/r/Sandpost', '/l/Sandpost/data'],
    ['our own variables', 'linux', { SANDPOST_CONFIG_DIR: '/x' }, '/x', '/x/data'],
  ] as const)('%s', (_name, platform, env, configDir, dataDir) => {
    expect(defaultFolders({ env, platform, home })).toEqual({ configDir, dataDir });
  });

  it('keeps the data of a configuration folder of one’s own beside it', () => {
    expect(defaultFolders({ configDir: '/tmp/box', env: {}, home })).toEqual({
      configDir: '/tmp/box',
      dataDir: '/tmp/box/data',
    });
    expect(defaultFolders({ configDir: '/tmp/box', dataDir: '/tmp/store', env: {}, home }).dataDir).toBe(
      '/tmp/store',
    );
  });
});
