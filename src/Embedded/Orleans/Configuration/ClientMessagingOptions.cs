namespace Orleans.Configuration;

/// <summary>How calls from a client behave.</summary>
public class ClientMessagingOptions : MessagingOptions;
