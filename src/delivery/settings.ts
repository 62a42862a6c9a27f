import { z } from 'zod';

export const deliverySettings = z.strictObject({
  /** Opening or drawing that takes longer than this is given up. */
  deadlineSeconds: z.int().min(1).max(600).default(30),
  /** How long a picture that its provider is still making is waited for, before it is drawn here or answered with 503. */
  pendingPatienceSeconds: z.int().min(0).max(60).default(5),
  /** A connection on which nothing moves for this long, while an answer is being sent, is closed. */
  idleSeconds: z.int().min(1).max(3600).default(60),
  /** Memory for small pictures that are asked for often. 0 keeps none. */
  hotBytes: z
    .int()
    .min(0)
    .default(64 * 1024 * 1024),
  /** How long they are served without asking again whether they still exist: the longest that a deletion can go unnoticed. */
  hotSeconds: z.int().min(1).max(60).default(5),
});

export type DeliverySettings = z.infer<typeof deliverySettings>;
