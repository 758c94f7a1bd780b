/** Addresses that are known, to complete what somebody types. */
import type { Connection } from '../database.ts';
import type { MailStore } from '../mail-store.ts';

/** After every address that begins so. */
const LAST = '\u{10ffff}';

export function createAddressReader(db: Connection): MailStore['addresses'] {
  const select = (column: 'is_sender' | 'is_recipient') =>
    db
      .prepare(
        `SELECT address FROM known_address WHERE address >= ? AND address < ? AND ${column} = 1 ORDER BY address LIMIT ?`,
      )
      .pluck();
  const statements = { from: select('is_sender'), to: select('is_recipient') };
  return ({ side, beginning, limit }) => {
    const lower = beginning.toLowerCase();
    return statements[side].all(lower, `${lower}${LAST}`, limit) as string[];
  };
}
