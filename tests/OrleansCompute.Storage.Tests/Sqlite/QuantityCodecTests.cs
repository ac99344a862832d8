using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Storage.Sqlite;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class QuantityCodecTests
{
    [Fact]
    public void Decode_AfterEncode_GivesTheSameValues()
    {
        var ids = Gen.OneOf(Gen.Choose(1, 300).Select(x => (long)x), Gen.Elements(1L << 7, (1L << 14) - 1, 1L << 35, long.MaxValue));
        var value = ids.SelectMany(_ => ArbMap.Default.GeneratorFor<double>(), (id, number) => new NamedValue { Name = $"{id}", Value = number });
        Prop.ForAll(value.NonEmptyListOf().Where(values => values.Count <= QuantityCodec.MaxValues).ToArbitrary(), values =>
        {
            var bytes = new byte[QuantityCodec.MaxBytes];
            var length = QuantityCodec.Encode([.. values], long.Parse, bytes);
            return QuantityCodec.Decode(bytes.AsSpan(0, length), id => $"{id}").SequenceEqual(values);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Decode_WhenAnyBytes_GivesValuesOrFormatException() => Prop.ForAll<byte[]>(bytes =>
    {
        // The right version half of the time, or most inputs would end at their first byte.
        if (bytes.Length > 1 && (bytes[^1] & 1) == 0)
        {
            bytes[0] = 1;
        }

        try
        {
            return QuantityCodec.Decode(bytes, id => $"{id}").Length <= QuantityCodec.MaxValues;
        }
        catch (FormatException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Encode_WhenTwoOrdinaryValues_Takes19Bytes()
    {
        ImmutableArray<NamedValue> values = [new() { Name = "1", Value = 1 }, new() { Name = "2", Value = 2 }];
        Assert.Equal(19, QuantityCodec.Encode(values, long.Parse, new byte[QuantityCodec.MaxBytes]));
    }

    [Fact]
    public void Encode_WhenLargest_FitsMaxBytes()
    {
        var values = Enumerable.Repeat(new NamedValue { Name = "x", Value = 1 }, QuantityCodec.MaxValues).ToImmutableArray();
        Assert.Equal(QuantityCodec.MaxBytes, QuantityCodec.Encode(values, _ => long.MaxValue, new byte[QuantityCodec.MaxBytes]));
    }
}
