/** `postconf`, `-n`, `-d`, `-x`, names: parameters of main.cf. */
import { ConfigError } from '../config.ts';
import { builtinParameters } from '../parameters/parameters.ts';
import type { PostconfOptions } from './options.ts';
import { formatLine } from './print.ts';
import type { View, ViewDeps } from './view.ts';
import { createView } from './view.ts';

export function showMain(options: PostconfOptions, deps: ViewDeps): void {
  const view = createView(options, deps);
  // Postfix works out the own networks while it looks through the defaults: a bad interface is fatal to every listing.
  if (!options.showDefaults) workOutDefaults(view);
  if (options.names.length === 0) showAll(options, deps, view);
  else
    for (const name of options.names) {
      if (view.registry.names.has(name)) show(name, options, deps, view);
      else deps.output.warning(`${name}: unknown parameter`);
    }
  if (options.showDefaults) return;
  view.warnUnused('main.cf');
  view.warnUnused('master.cf');
}

/** The derived defaults, whether asked for or not. */
function workOutDefaults(view: View): void {
  for (const name of ['myhostname', 'mydomain', 'mynetworks'])
    if (view.scope.setting(name) === undefined) asPostconf(() => view.scope.unexpanded(name));
}

/** Inside a derived default, a macro that fails is called by postconf's own name for it. */
function asPostconf<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.message.replace(/^dictionary mail_dict: /, ''), error.origin, error.warnings);
  }
}

function showAll(options: PostconfOptions, deps: ViewDeps, view: View): void {
  const names = [...view.registry.names].filter(([, kind]) => options.classes.includes(kind)).map(([n]) => n);
  for (const name of names.sort(byBytes)) show(name, options, deps, view);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function show(name: string, options: PostconfOptions, deps: ViewDeps, view: View): void {
  const set = view.scope.setting(name);
  if (options.showNonDefault && set === undefined) return;
  const value = ownValue(name) ?? asPostconf(() => view.scope.unexpanded(name)) ?? '';
  const isRaw = builtinParameters.get(name)?.kind === 'raw';
  const shown = options.expand && !isRaw ? view.expand(value) : value;
  const text = options.hideValue ? name : options.hideName ? shown : `${name} = ${shown}`;
  deps.output.line(formatLine(text, options.fold));
}

function ownValue(name: string): string | undefined {
  if (name === 'process_name') return 'postconf';
  return name === 'service_name' ? '' : undefined;
}
