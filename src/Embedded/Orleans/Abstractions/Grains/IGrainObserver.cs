namespace Orleans;

/// <summary>The base of interfaces through which grains call back into clients.</summary>
public interface IGrainObserver : IAddressable;
