/** Between the writer's thread, which hands out work, and the indexer's, which does it. */
export interface ToIndexer {
  readonly kind: 'work';
  readonly limit: number;
}

export interface FromIndexer {
  readonly kind: 'indexed';
  /** JSON array of IndexedMessage; empty: nothing is left to do. */
  readonly text: string;
}
