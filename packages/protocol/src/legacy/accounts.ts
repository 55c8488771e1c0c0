import { AuthModeSchema } from "../definitions/account.ts";
import { Type } from "../schema/type.ts";

export const LoginApiKeyParamsSchema = Type.Named("LoginApiKeyParams", Type.Object({ apiKey: Type.String() }));

export const LoginApiKeyResponseSchema = Type.Named("LoginApiKeyResponse", Type.Empty());

export const LoginChatGptResponseSchema = Type.Named(
  "LoginChatGptResponse",
  Type.Object({ authUrl: Type.String(), loginId: Type.String() }),
);

export const CancelLoginChatGptParamsSchema = Type.Named(
  "CancelLoginChatGptParams",
  Type.Object({ loginId: Type.String() }),
);

export const CancelLoginChatGptResponseSchema = Type.Named("CancelLoginChatGptResponse", Type.Empty());

export const LogoutChatGptResponseSchema = Type.Named("LogoutChatGptResponse", Type.Empty());

export const GetAuthStatusParamsSchema = Type.Named(
  "GetAuthStatusParams",
  Type.Object({ includeToken: Type.Maybe(Type.Boolean()), refreshToken: Type.Maybe(Type.Boolean()) }),
);

export const GetAuthStatusResponseSchema = Type.Named(
  "GetAuthStatusResponse",
  Type.Object({
    authMethod: Type.Nullable(AuthModeSchema),
    authToken: Type.Nullable(Type.String()),
    requiresOpenaiAuth: Type.Nullable(Type.Boolean()),
  }),
);

export const GetUserAgentResponseSchema = Type.Named("GetUserAgentResponse", Type.Object({ userAgent: Type.String() }));

export const UserInfoResponseSchema = Type.Named(
  "UserInfoResponse",
  Type.Object({ allegedUserEmail: Type.Nullable(Type.String()) }),
);

export const AuthStatusChangeNotificationSchema = Type.Named(
  "AuthStatusChangeNotification",
  Type.Object({ authMethod: Type.Nullable(AuthModeSchema) }),
);

export const LoginChatGptCompleteNotificationSchema = Type.Named(
  "LoginChatGptCompleteNotification",
  Type.Object({ error: Type.Nullable(Type.String()), loginId: Type.String(), success: Type.Boolean() }),
);
