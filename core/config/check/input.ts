/** What a check looks at. */
import type { Scope } from '../lookup.ts';
import type { Settings } from '../settings.ts';
import type { Texts } from './lines.ts';

export interface CheckInput {
  readonly settings: Settings;
  readonly scope: Scope;
  readonly texts: Texts;
}
