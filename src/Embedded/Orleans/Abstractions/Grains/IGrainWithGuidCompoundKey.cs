namespace Orleans;

/// <summary>A grain interface whose key is a Guid and a string.</summary>
public interface IGrainWithGuidCompoundKey : IGrain;
