/** Rows as lists show them. */
import type { MessageRow } from '../api/contract/mail.ts';
import type { MailRow } from '../store/store.ts';

/** Only what lists show: a record has more, which must not travel with every row. */
export function toRow(record: MailRow): MessageRow {
  const {
    id,
    queueId,
    arrivedAt,
    from,
    to,
    subject,
    preview,
    size,
    attachments,
    isRead,
    isStarred,
    threadSize,
  } = record;
  const fates = [...record.fates];
  const tags = [...record.tags];
  return {
    id,
    queueId,
    arrivedAt,
    from,
    to,
    subject,
    preview,
    size,
    attachments,
    isRead,
    isStarred,
    tags,
    threadSize,
    fates,
  };
}
