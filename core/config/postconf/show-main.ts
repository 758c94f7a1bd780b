/** `postconf`, `-n`, `-d`, `-x`, names: parameters of main.cf. */
import { builtinParameters, LEGACY_PARAMETERS } from '../parameters/parameters.ts';
import type { PostconfOptions } from './options.ts';
import { formatLine } from './print.ts';
import type { View, ViewDeps } from './view.ts';
import { createView, ownValue } from './view.ts';

export function showMain(options: PostconfOptions, deps: ViewDeps): void {
  const view = createView(options, deps);
  if (options.names.length === 0) showAll(options, deps, view);
  else
    for (const name of options.names) {
      if (view.registry.names.has(name) || LEGACY_PARAMETERS.has(name)) show(name, options, deps, view);
      else deps.output.warning(`${name}: unknown parameter`);
    }
  if (options.showDefaults) return;
  view.warnUnused('main.cf');
  view.warnUnused('master.cf');
}

function showAll(options: PostconfOptions, deps: ViewDeps, view: View): void {
  const names = [...view.registry.names].filter(([, kind]) => options.classes.includes(kind)).map(([n]) => n);
  for (const name of names.sort(byBytes)) show(name, options, deps, view);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function show(name: string, options: PostconfOptions, deps: ViewDeps, view: View): void {
  const own = ownValue(name);
  if (options.showNonDefault && (own !== undefined || view.scope.setting(name) === undefined)) return;
  const value = own ?? view.unexpanded(name);
  const isRaw = builtinParameters.get(name)?.kind === 'raw';
  const shown = options.expand && !isRaw ? view.expand(value) : value;
  const text = options.hideValue ? name : options.hideName ? shown : `${name} = ${shown}`;
  deps.output.line(formatLine(text, options.fold));
}
