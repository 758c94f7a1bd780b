/** What is kept and for how long, and where tags come from: settings of the sandbox, one row of JSON. */
import type { Connection } from './database.ts';

export interface KeepingSettings {
  /** Days in the Bin before mail is gone for good. */
  readonly binDays: number;
  /** More messages than this, older ones, or more bytes: the oldest go. null: no limit. */
  readonly mostMessages: number | null;
  readonly mostDays: number | null;
  readonly mostBytes: number | null;
  /** Tags from X-Tags headers. */
  readonly tagsFromHeader: boolean;
  /** `you+invoice@...` is tagged `invoice`. */
  readonly tagsFromPlus: boolean;
}

export const USUAL_KEEPING: KeepingSettings = {
  binDays: 30,
  mostMessages: null,
  mostDays: null,
  mostBytes: null,
  tagsFromHeader: true,
  tagsFromPlus: false,
};

export type ReadKeeping = () => KeepingSettings;

export function createKeepingReader(db: Connection): ReadKeeping {
  const select = db.prepare("SELECT value FROM setting WHERE name = 'keeping'").pluck();
  return () => {
    const text = select.get() as string | undefined;
    return text === undefined
      ? USUAL_KEEPING
      : { ...USUAL_KEEPING, ...(JSON.parse(text) as Partial<KeepingSettings>) };
  };
}
