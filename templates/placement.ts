/** Which worker lies on which node, on which devices, with which ports. */
import {PortBook} from "./ports.js";
import type {NodePlan, NodeWorker, Ports, RolePlan} from "./plan.js";

interface Piece {
  role: RolePlan;
  worker: number;
}

/**
 * Places workers on as few nodes as first fit finds: in the order of roles, or the largest first where that takes fewer.
 * A worker that spans nodes takes as many empty ones as it needs, the first of which leads it.
 */
export function placeWorkers(roles: readonly RolePlan[], gpusPerNode: number): NodePlan[] {
  const pieces = roles.flatMap((role) => Array.from({length: role.workers}, (_, worker) => ({role, worker})));
  const inOrder = firstFit(pieces, gpusPerNode);
  const sorted = firstFit(
    [...pieces].sort((a, b) => b.role.gpusPerWorker - a.role.gpusPerWorker),
    gpusPerNode
  );
  return (sorted.length < inOrder.length ? sorted : inOrder).map(({workers}, index) => ({
    index,
    frontend: index === 0,
    workers
  }));
}

interface OpenNode {
  used: number;
  book: PortBook;
  workers: NodeWorker[];
}

function firstFit(pieces: readonly Piece[], gpusPerNode: number): OpenNode[] {
  const nodes: OpenNode[] = [];
  const open = (): OpenNode => {
    const node = {used: 0, book: new PortBook(), workers: []};
    nodes.push(node);
    return node;
  };
  for (const piece of pieces) {
    const {nodesPerWorker, gpusPerPod} = piece.role;
    if (nodesPerWorker > 1) spread(piece, nodes.length, Array.from({length: nodesPerWorker}, open));
    else {
      const home = nodes.find(({used}) => used + gpusPerPod <= gpusPerNode) ?? open();
      put(home, piece, 0, nodes.indexOf(home));
    }
  }
  return nodes;
}

function spread(piece: Piece, leaderNode: number, nodes: readonly OpenNode[]): void {
  nodes.forEach((node, rank) => put(node, piece, rank, leaderNode));
}

function put(node: OpenNode, {role, worker}: Piece, rank: number, leaderNode: number): void {
  const {gpusPerPod} = role;
  const portSpans = spansOf(role);
  node.workers.push({
    role: role.role,
    worker,
    rank,
    leaderNode,
    devices: Array.from({length: gpusPerPod}, (_, i) => node.used + i),
    ports: node.book.take(portSpans),
    portSpans
  });
  // A node of a worker that spans several is its own, whole.
  node.used = role.nodesPerWorker > 1 ? Infinity : node.used + gpusPerPod;
}

/** Ports around the one given: a rank each, and what SGLang's ranks derive from theirs. */
const portsBeside = 16;

function spansOf({parallel: {dp}, gpusPerWorker}: RolePlan): Ports {
  return {
    http: dp > 1 ? dp + portsBeside : 1,
    system: 1,
    bootstrap: 1,
    kvEvents: dp,
    sideChannel: gpusPerWorker,
    coordinator: dp + portsBeside
  };
}
