namespace Orleans.Runtime;

/// <summary>Anything that can be called by reference: grains and observers.</summary>
public interface IAddressable;
