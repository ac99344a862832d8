namespace Orleans;

/// <summary>A grain interface whose key is a Guid.</summary>
public interface IGrainWithGuidKey : IGrain;
