namespace Orleans.Configuration;

/// <summary>How calls from a silo behave.</summary>
public class SiloMessagingOptions : MessagingOptions;
