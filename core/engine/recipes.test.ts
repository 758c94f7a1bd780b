/** Every recipe, applied to a real sandbox, shown to work by its test message, and taken back. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECIPES } from '../config/recipes/recipes.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';

let folder: string;
let configDir: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-recipes-'));
  configDir = path.join(folder, 'config');
  sandbox = await createSandbox({ configDir, dataDir: path.join(folder, 'data'), listen: false });
});
afterEach(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const calls = () => sandbox.client.recipes;
const snapshot = () =>
  Object.fromEntries(
    readdirSync(configDir).map((name) => [name, readFileSync(path.join(configDir, name), 'utf8')]),
  );
const stateOf = async (id: string) => (await calls().list()).recipes.find((recipe) => recipe.id === id);
const NEEDED = RECIPES.filter(({ id }) => id !== 'local-mail');

describe.each(NEEDED)('the recipe $id', ({ id }) => {
  it('does not work before, works as a draft and applied, and leaves nothing when it is taken back', async () => {
    const before = snapshot();
    expect(await stateOf(id)).toMatchObject({ isOn: false });
    const { files, problems } = await calls().plan({ id });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(snapshot()).toEqual(before);
    const { revision } = await calls().apply({ id });
    expect(revision).toBe(2);
    for (const { name, after } of files) expect(snapshot()[name]).toBe(after);
    expect(await stateOf(id)).toMatchObject({ isOn: true, revision });
    expect(await calls().test({ id })).toMatchObject({ isDraft: false, works: true });
    await expect(calls().apply({ id })).rejects.toThrow('has this already');
    await calls().undo({ id });
    expect(snapshot()).toEqual(before);
    expect((await stateOf(id))?.revision).toBeUndefined();
    await expect(calls().undo({ id })).rejects.toThrow('not applied');
  });
});

it.each(NEEDED.filter(({ id }) => id !== 'forward'))(
  '$id is tried as a draft before it is applied',
  async ({ id }) => {
    expect(await calls().test({ id })).toMatchObject({ isDraft: true, works: true });
    expect(existsSync(path.join(configDir, 'virtual'))).toBe(false);
  },
);

it('a new sandbox has the first recipe, which works', async () => {
  expect(await stateOf('local-mail')).toMatchObject({ isOn: true });
  expect(await calls().test({ id: 'local-mail' })).toMatchObject({ isDraft: false, works: true });
});

it('what was changed since stays when a recipe is taken back, and lines in the way are told', async () => {
  await calls().apply({ id: 'block-sender', fields: { address: 'a@bad.test' } });
  const file = path.join(configDir, 'main.cf');
  writeFileSync(file, `# mine\n${readFileSync(file, 'utf8')}`);
  await calls().undo({ id: 'block-sender' });
  expect(readFileSync(file, 'utf8')).toMatch(/^# mine\n/);
  expect(readFileSync(file, 'utf8')).not.toContain('blacklist_incoming');
  await calls().apply({ id: 'block-sender', fields: { address: 'a@bad.test' } });
  const table = path.join(configDir, 'blacklist_incoming');
  writeFileSync(table, readFileSync(table, 'utf8').replace('REJECT', 'DISCARD'));
  await expect(calls().undo({ id: 'block-sender' })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { files: ['blacklist_incoming'] },
  });
});

it('there is no recipe of another name', async () => {
  await expect(calls().plan({ id: 'nosuch' })).rejects.toThrow('There is no recipe nosuch');
});

it('errors that were there before do not keep a recipe out', async () => {
  const file = path.join(configDir, 'main.cf');
  writeFileSync(file, `${readFileSync(file, 'utf8')}hopcount_limit = none\n`);
  expect((await calls().plan({ id: 'block-sender' })).problems).toEqual([]);
  expect(await calls().apply({ id: 'block-sender' })).toMatchObject({ revision: 2 });
});
