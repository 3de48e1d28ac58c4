import type { IndexDatabase } from "./index-database.ts";
import type { NewPiece } from "./piece-writer.ts";

/** A run of an object's bytes. Objects may share pieces: a copy or a finished upload owns them by count. */
export interface Piece {
  readonly id: number;
  readonly bytes: number;
}

export function encodePieces(pieces: readonly Piece[]): string {
  return JSON.stringify(pieces.map(({ id, bytes }) => [id, bytes]));
}

export function decodePieces(text: string): Piece[] {
  return (JSON.parse(text) as [number, number][]).map(([id, bytes]) => ({ id, bytes }));
}

/** The pieces in the index: who holds them, and the bytes of the small ones. Call within a change. */
export class PieceTable {
  readonly #index: IndexDatabase;
  #lastId: number;

  constructor(index: IndexDatabase) {
    this.#index = index;
    this.#lastId = (index.get("select max(id) as last from piece") as { last: number | null }).last ?? 0;
  }

  /** A number no piece has had since the storage was opened. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(piece: NewPiece): void {
    this.#index.run("insert into piece (id, holders, data) values (?, 1, ?)", piece.id, piece.data ?? null);
  }

  hold(pieces: readonly Piece[]): void {
    for (const { id } of pieces) this.#index.run("update piece set holders = holders + 1 where id = ?", id);
  }

  /** Lets pieces go, and returns those whose files nobody needs any more. */
  release(pieces: readonly Piece[]): number[] {
    return pieces.filter(({ id }) => this.#letGo(id)).map(({ id }) => id);
  }

  /** Bytes of a piece that is small enough to be in the index. */
  data(id: number): Uint8Array | undefined {
    const row = this.#index.get("select data from piece where id = ?", id) as { data: Uint8Array | null } | undefined;
    return row?.data ?? undefined;
  }

  /** Every piece that is a file. */
  fileIds(): ReadonlySet<number> {
    const rows = this.#index.all("select id from piece where data is null") as { id: number }[];
    return new Set(rows.map(({ id }) => id));
  }

  #letGo(id: number): boolean {
    this.#index.run("update piece set holders = holders - 1 where id = ?", id);
    const gone = this.#index.get(
      "delete from piece where id = ? and holders = 0 returning data is null as file",
      id,
    ) as { file: number } | undefined;
    return gone?.file === 1;
  }
}
