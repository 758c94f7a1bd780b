import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinParameters } from './parameters.ts';
import { effectOf, listedEffects } from './effects.ts';

const core = new URL('../../', import.meta.url);

/** Parameters that the engine reads, found in its source: `config.get('name')` and the like. */
function readByTheEngine(): ReadonlySet<string> {
  const found = new Set<string>();
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/^(config|api)[/\\]/.test(name),
  );
  for (const name of files)
    for (const match of readFileSync(new URL(name, core), 'utf8').matchAll(/'([a-z0-9_]{4,})'/g))
      if (builtinParameters.has(match[1] ?? '')) found.add(match[1] ?? '');
  return found;
}

describe('what a parameter does here', () => {
  it('is known for each one that the engine reads', () => {
    const forgotten = [...readByTheEngine()].filter(
      (name) => effectOf(name) === 'unknown' && !listedEffects.has(name),
    );
    expect(forgotten).toEqual([]);
  });

  it('is said of parameters that exist', () => {
    expect([...listedEffects].filter((name) => !builtinParameters.has(name))).toEqual([]);
  });

  it('is unknown for everything else', () => {
    expect([effectOf('mydestination'), effectOf('postscreen_greet_wait'), effectOf('nosuch')]).toEqual([
      'works',
      'no-effect',
      'unknown',
    ]);
  });
});
