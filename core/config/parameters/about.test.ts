import { describe, expect, it } from 'vitest';
import { aboutParameter } from './about.ts';
import { builtinParameters, OWN_PARAMETERS } from './parameters.ts';

describe('what a parameter does, in a sentence', () => {
  it('is said of every parameter that there is', () => {
    const names = [...builtinParameters.keys(), ...OWN_PARAMETERS];
    expect(names.filter((name) => !/^[A-Z*].{12,160}\.$/.test(aboutParameter(name)))).toEqual([]);
  });

  it('is said of what belongs to a transport, and of nothing that is unknown', () => {
    expect(aboutParameter('slow_destination_concurrency_limit')).toBe(
      'For the transport slow: how many deliveries to one destination go on at a time.',
    );
    expect(aboutParameter('filter_time_limit')).toBe('How long a command of this service may run.');
    expect(aboutParameter('nosuch')).toBe('');
  });
});
