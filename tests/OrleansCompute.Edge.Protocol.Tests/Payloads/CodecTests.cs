using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

/// <summary>What every codec promises; each derives one class with its own values.</summary>
public abstract class CodecTests<T>
    where T : class
{
    protected abstract int MaxBytes { get; }

    protected abstract byte[] Encode(T value);

    protected abstract bool TryDecode(ReadOnlySequence<byte> payload, out T? value, out string? error);

    /// <summary>The value with everything in it compared by content.</summary>
    protected virtual object Comparable(T value) => value;

    internal abstract Gen<T> Values { get; }

    [Fact]
    public void TryDecode_WhenEncoded_GivesTheSameValue() => Prop.ForAll(Values.ToArbitrary(), value =>
    {
        var bytes = Encode(value);
        Assert.True(TryDecode(new ReadOnlySequence<byte>(bytes), out var decoded, out var error), error);
        Assert.Equal(Comparable(value), Comparable(decoded!));
        Assert.Equal(bytes, Encode(decoded!));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryDecode_WhenCutAtAnyByte_IsRefused()
    {
        foreach (var value in Values.Sample(5, 8))
        {
            var bytes = Encode(value);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.False(TryDecode(new ReadOnlySequence<byte>(bytes, 0, length), out var decoded, out var error));
                Assert.Null(decoded);
                Assert.NotEmpty(error!);
            }
        }
    }

    [Fact]
    public void TryDecode_WhenMutated_NeverThrowsAndKeepsTheLimits()
    {
        var random = new System.Random(17);
        foreach (var value in Values.Sample(20, 20))
        {
            var bytes = Encode(value);
            for (var round = 0; round < 200; round++)
            {
                var mutant = (byte[])bytes.Clone();
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    mutant[random.Next(Math.Min(mutant.Length, 200))] = (byte)random.Next(256);
                }

                if (TryDecode(new ReadOnlySequence<byte>(mutant), out var decoded, out var error))
                {
                    Encode(decoded!);   // throws for a value that breaks a limit
                }
                else
                {
                    Assert.NotEmpty(error!);
                }
            }
        }
    }

    [Fact]
    public void TryDecode_WhenRandom_NeverThrows()
    {
        var random = new System.Random(18);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && round % 2 == 0)
            {
                (bytes[0], bytes[1]) = ((byte)random.Next(0x90, 0xa0), 1);
            }

            if (!TryDecode(new ReadOnlySequence<byte>(bytes), out _, out var error))
            {
                Assert.NotEmpty(error!);
            }
        }
    }

    [Fact]
    public void TryDecode_WhenLaterVersionWithMoreFields_ReadsTheKnownOnes()
    {
        var value = Values.Sample(8, 1).First();
        var bytes = Encode(value);
        bytes[0] += 2;
        bytes[1] = 2;
        byte[] later = [.. bytes, 0x92, 0x01, 0x81, 0xa1, 0x61, 0xc0, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(TryDecode(new ReadOnlySequence<byte>(later), out var decoded, out var error), error);
        Assert.Equal(Comparable(value), Comparable(decoded!));
    }

    [Fact]
    public void TryDecode_WhenVersionZeroOrTooFewFieldsOrMoreBytes_IsRefused()
    {
        var bytes = Encode(Values.Sample(8, 1).First());
        Refused([.. bytes, 0xc0], "1 bytes follow");
        bytes[1] = 0;
        Refused(bytes, "schema version is 0");
        Refused([0x91, 0x01], "at least");
        Refused([0x90], "schema version is 0");
        Refused([0xdd, 0x7f, 0xff, 0xff, 0xff, 0x01], "count");
        Refused([0xc1], "(never used)");

        void Refused(byte[] payload, string expected)
        {
            Assert.False(TryDecode(new ReadOnlySequence<byte>(payload), out _, out var error));
            Assert.Contains(expected, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryDecode_WhenTooLarge_NamesSizeAndLimit()
    {
        Assert.False(TryDecode(new ReadOnlySequence<byte>(new byte[MaxBytes + 1]), out _, out var error));
        Assert.Contains($"{MaxBytes + 1} bytes", error, StringComparison.Ordinal);
        Assert.Contains($"up to {MaxBytes}", error, StringComparison.Ordinal);
    }
}
