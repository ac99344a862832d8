namespace OrleansCompute.Gateway.Rest;

/// <summary>The artifacts of a new dataset version.</summary>
internal sealed record DatasetRegistration(string ImagesSha256, string LabelsSha256);
