/** One transaction for many operations: when one of them fails, all are run again, each in its own. */
import { toStoreError, type Connection } from './database.ts';
import { packError } from './errors.ts';
import type { OperationResult } from './wire.ts';
import type { OperationRunner } from './write/operations.ts';

export interface GroupCommit {
  /** All or nothing; throws what went wrong after undoing it. */
  runAll<T>(work: readonly (() => T)[]): readonly T[];
  /** Each succeeds or fails by itself. */
  runEach(work: readonly (() => unknown)[]): readonly OperationResult[];
}

export function createGroupCommit(
  db: Connection,
  runner: Pick<OperationRunner, 'flush' | 'forget'>,
): GroupCommit {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');

  function runAll<T>(work: readonly (() => T)[]): readonly T[] {
    try {
      begin.run();
      const values = work.map((run) => run());
      runner.flush();
      commit.run();
      return values;
    } catch (error) {
      runner.forget();
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  function runEach(work: readonly (() => unknown)[]): readonly OperationResult[] {
    try {
      return runAll(work).map((value) => ({ isOk: true, value }));
    } catch (error) {
      if (work.length > 1) return work.flatMap((one) => runEach([one]));
      return [{ isOk: false, error: packError(toStoreError(error, db.name)) }];
    }
  }
  return { runAll, runEach };
}
