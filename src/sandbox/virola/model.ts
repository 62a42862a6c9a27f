import type { SampleName } from '../samples.js';

/** What the simulated server holds. Ids are numbers, times are milliseconds since 1970, as on its wire. */

export interface User {
  readonly userId: number;
  readonly userName: string;
  readonly password: string;
  /** The Web API Access Token. */
  readonly token: string;
  readonly displayName: string;
  readonly isAdmin: boolean;
  readonly status: 'Active' | 'Suspended';
  readonly createdUtc: number;
  /** A square of this picture. */
  readonly avatar: SampleName | null;
}

export interface Room {
  readonly roomId: number;
  readonly displayName: string;
  readonly roomType: 'Private' | 'Public';
  readonly createdUtc: number;
  readonly isArchived: boolean;
  readonly isPinned: boolean;
  /** Of a private room: who is in it. */
  readonly members: readonly number[];
  readonly moderators: readonly number[];
  /** What members who moderate nothing may not do here. */
  readonly forbidden: readonly PermissionName[];
}

export interface Message {
  readonly messageId: number;
  /** 0: in the room itself; else it is a comment. */
  readonly parentMessageId: number;
  readonly roomId: number;
  readonly userId: number;
  readonly text: string;
  readonly markupType: 'TextPlain' | 'TextHtml' | 'TextMarkdown' | 'TextCode' | 'TextLatex';
  readonly kind: MessageKind;
  readonly createdUtc: number;
  lastModifiedUtc: number;
  readonly attachments: StoredAttachment[];
  /** When, by user. */
  readonly readBy: Map<number, number>;
}

export type MessageKind =
  | { readonly messageType: 'Regular' }
  | {
      readonly messageType: 'Issue';
      readonly issueProperties: { readonly type: string; readonly status: string; readonly assignees: readonly number[] };
    }
  | { readonly messageType: 'Meeting'; readonly meetingProperties: { readonly timeUtc: number; readonly duration: number } };

export interface StoredAttachment {
  readonly attachmentId: number;
  readonly roomId: number;
  readonly messageId: number;
  readonly fileName: string;
  readonly contentType: string;
  readonly checksum: string;
  readonly state: AttachmentState;
  readonly createdUtc: number;
  readonly lastModifiedUtc: number;
  readonly bytes: Buffer;
}

/** https://virola.io/web-api/docs/attachments: the states that an attachment may be in. */
export const attachmentStates = [
  'Initial',
  'ChecksumCalculationOnClientSideInProgress',
  'ChecksumCalculationOnClientSideFailed',
  'UploadFromClientToServerInProgress',
  'UploadFromClientToServerFailed',
  'ChecksumVerificationOnServerSideInProgress',
  'ChecksumVerificationOnServerSideMismatch',
  'ChecksumVerificationOnServerSideFailed',
  'ReadyForDownloadFromServerToClient',
] as const;
export type AttachmentState = (typeof attachmentStates)[number];
export const ready: AttachmentState = 'ReadyForDownloadFromServerToClient';
export const inVerification: AttachmentState = 'ChecksumVerificationOnServerSideInProgress';

/** https://virola.io/web-api/docs/permissions */
export const permissionNames = [
  'canAttachOrDeleteFilesInOwnMessagesInDiscussion',
  'canAttachOrDeleteFilesInOwnMessagesInMainThread',
  'canChangePropertiesOfUnrelatedIssues',
  'canCreateIssues',
  'canCreateMeetings',
  'canEditOrDeleteOwnMessagesInDiscussion',
  'canEditOrDeleteOwnMessagesInMainThread',
  'canIntercomListen',
  'canIntercomStreamVideo',
  'canIntercomTalk',
  'canIntercomWatchVideo',
  'canReactToMessagesWithEmojiInDiscussion',
  'canReactToMessagesWithEmojiInMainThread',
  'canRecordMeetings',
  'canSendFilesIntoRoomInDiscussion',
  'canSendFilesIntoRoomInMainThread',
  'canSendMessagesInDiscussion',
  'canSendMessagesInMainThread',
  'canSendNudge',
  'canShareScreen',
  'canUseIntercom',
  'uiCanSeeRoomSidebar',
  'uiCanSeeWhoReadMessageInDiscussion',
  'uiCanSeeWhoReadMessageInMainThread',
] as const;
export type PermissionName = (typeof permissionNames)[number];
