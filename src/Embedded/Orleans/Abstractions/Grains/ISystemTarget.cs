namespace Orleans;

/// <summary>Marks runtime services; the embedded engine has none to call.</summary>
public interface ISystemTarget : IAddressable;
